export * from '../core/format.js';
