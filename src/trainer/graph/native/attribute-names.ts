import { withThreadLock } from '../../../platform/thread-lock.js';
import type { Binding } from './binding.js';

/**
 * Names of all attributes that TensorFlow.js and this program set on TensorFlow's ops. The addon stores every name in a set that
 * all threads share without a lock: adding a name while another thread reads the set crashes the process or sets the wrong
 * attribute. Reading alone is safe.
 */
export const ATTRIBUTE_NAMES: readonly string[] = `
  DstT Index N SrcT T TI T_threshold Taxis Tblock_shape Tcomplex Tcrops Tidx Tindices Tlen Tmultiples Tnumsegments Tout
  Tpaddings Tparams Tperm Truncate Tseed Tshape U acceptable_fraction adj_x adj_y align_corners alpha axis batch_dims
  begin_mask beta bias block_size channels chroma_downsampling compression container data_format dct_method density_unit
  depth_radius dilations dtype ellipsis_mask end_mask epsilon equation exclusive explicit_paddings extrapolation_value
  fancy_upscaling format half_pixel_centers index_type is_training keep_dims ksize method mode new_axis_mask num num_split
  optimize_size out_idx output_dtype output_type pad_to_max_output_size padding pattern progressive quality rates ratio
  replace_global reverse rewrite seed seed2 shared_name shrink_axis_mask sorted strides transpose_a transpose_b
  try_recover_truncated use_cudnn_on_gpu validate_indices x_density xmp_metadata y_density
`
  .trim()
  .split(/\s+/);

/** Adds all names to the addon's set, one thread at a time. Each thread has to call this before it runs its first op. */
export function registerAttributeNames(addon: Pick<Binding, 'TF_ATTR_BOOL' | 'executeOp'>): void {
  const attributes = ATTRIBUTE_NAMES.map((name) => ({ name, type: addon.TF_ATTR_BOOL, value: true }));
  // The addon reads attributes in order and throws at the one with an invalid type. By then it knows all names, and the op does
  // not run.
  const last = { name: 'T', type: -1, value: true };
  withThreadLock(() => {
    try {
      addon.executeOp('NoOp', [...attributes, last], [], 0);
    } catch {
      // The error is expected.
    }
  });
}
