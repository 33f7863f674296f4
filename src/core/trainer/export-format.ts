/** `tfjs`: a graph model of TensorFlow.js; `savedmodel`: a TensorFlow SavedModel. */
export const EXPORT_FORMATS = ['tfjs', 'savedmodel'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
