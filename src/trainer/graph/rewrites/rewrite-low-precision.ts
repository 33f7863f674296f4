import { DataType } from '../native/binding.js';
import { typeAttribute, type GraphBuilder } from '../building/graph-builder.js';
import type { Attribute, Ref, TensorType } from '../building/graph-def.js';
import type { Precision } from '../program/program.js';
import { elementCount } from '../program/shape.js';
import type { Rewrite } from '../tracing/tracer.js';

/**
 * Mixed precision (arXiv 1710.03740): runs ops in a narrow type (bfloat16 or float16) where that is faster. Everything else stays
 * float32: sums over many numbers, losses, statistics, weights and their updates. Each value is cast at most once, and the output
 * of a narrow op goes to the next narrow op without casts.
 */
export function rewriteLowPrecision(precision: Exclude<Precision, 'float32'>, device: 'cpu' | 'gpu'): Rewrite {
  const dtype = DataType[precision];
  const narrowed = new Map<string, Ref>();
  /** Float32 values that were cast from narrow ones: casting them back does not round. */
  const origins = new Set<string>();
  const keyOf = ({ node, index }: Ref): string => `${node}:${index}`;

  const narrow = (builder: GraphBuilder, wide: Ref): Ref => {
    const known = narrowed.get(keyOf(wide));
    if (known !== undefined) return known;
    const ref = cast(builder, wide, dtype);
    narrowed.set(keyOf(wide), ref);
    return ref;
  };
  const widen = (builder: GraphBuilder, ref: Ref): Ref => {
    const wide = cast(builder, ref, DataType.float32);
    narrowed.set(keyOf(wide), ref);
    origins.add(keyOf(wide));
    return wide;
  };

  return (traced, builder) => {
    const { op, inputs, attributes, outputs } = traced;
    // TensorFlow.js sometimes casts float32 to float32, which would break a chain of narrow ops.
    if (op === 'Cast' && valueOf(attributes['SrcT']) === valueOf(attributes['DstT'])) return inputs;
    const rule = RULES[device][op];
    if (rule === undefined || valueOf(attributes['T']) !== DataType.float32) return undefined;
    const { takes = inputs.length, returns = outputs.length, rank } = rule;
    const { shape } = outputs[0]!;
    if (rank !== undefined && shape.length !== rank) return undefined;
    const isNarrowed = (of: TensorType, index: number, count: number) => index < count && of.dtype === DataType.float32;
    const candidates = inputs.filter((ref, index) => isNarrowed(builder.typeOf(ref), index, takes));
    const size = elementCount(shape);
    // Inputs much smaller than the result, e.g. one number per image or channel, are cheap to cast.
    const large = candidates.filter((ref) => elementCount(builder.typeOf(ref).shape) * SMALL > size);
    const follows = large.length > 0 && large.every((ref) => origins.has(keyOf(ref)));
    if (rule.kind === 'follow' && !follows) return undefined;

    const added = builder.add({
      op,
      inputs: inputs.map((ref, index) => (isNarrowed(builder.typeOf(ref), index, takes) ? narrow(builder, ref) : ref)),
      attributes: { ...attributes, T: typeAttribute(dtype) },
      outputs: outputs.map((output, index) =>
        isNarrowed(output, index, returns) ? { dtype, shape: output.shape } : output,
      ),
    });
    return added.outputs.map((ref) => (builder.typeOf(ref).dtype === dtype ? widen(builder, ref) : ref));
  };
}

/** An input is small if the result has at least this many times its elements. */
const SMALL = 16;

const valueOf = (attribute: Attribute | undefined): number | undefined =>
  attribute?.kind === 'type' ? attribute.value : undefined;

interface Rule {
  /** `compute`: always narrow. `follow`: narrow only if all large inputs come from narrow ops. */
  readonly kind: 'compute' | 'follow';
  /** Rank of the result to which the rule is limited. Default: any. */
  readonly rank?: number;
  /** How many of the first inputs (outputs) are narrow. Default: all. The kernel keeps the others in float32. */
  readonly takes?: number;
  readonly returns?: number;
}

const COMPUTE: Rule = { kind: 'compute' };
const FOLLOW: Rule = { kind: 'follow' };

/**
 * Rules by device and op. On a CPU all other ops are slower in bfloat16 than in float32. On a GPU these ops use tensor cores or
 * avoid casts.
 */
const RULES: Readonly<Record<'cpu' | 'gpu', Readonly<Record<string, Rule>>>> = {
  cpu: { Conv2D: COMPUTE, Conv2DBackpropInput: COMPUTE },
  gpu: {
    Conv2D: COMPUTE,
    Conv2DBackpropInput: COMPUTE,
    Conv2DBackpropFilter: COMPUTE,
    DepthwiseConv2dNative: COMPUTE,
    DepthwiseConv2dNativeBackpropInput: COMPUTE,
    DepthwiseConv2dNativeBackpropFilter: COMPUTE,
    MatMul: COMPUTE,
    BatchMatMulV2: COMPUTE,
    FusedBatchNormV3: { kind: 'follow', takes: 1, returns: 1 },
    FusedBatchNormGradV3: { kind: 'follow', takes: 2, returns: 1 },
    Add: FOLLOW,
    AddV2: FOLLOW,
    // The gradient of a mean over the pixels of an image: as large as the array it is added to.
    BroadcastTo: { kind: 'compute', rank: 4 },
    Mul: FOLLOW,
    Relu: FOLLOW,
    Relu6: FOLLOW,
    Relu6Grad: FOLLOW,
    ReluGrad: FOLLOW,
    Reshape: FOLLOW,
    Sigmoid: FOLLOW,
    SigmoidGrad: FOLLOW,
  },
};

function cast(builder: GraphBuilder, ref: Ref, to: number): Ref {
  const { dtype, shape } = builder.typeOf(ref);
  return builder.op(
    'Cast',
    [ref],
    { SrcT: typeAttribute(dtype), DstT: typeAttribute(to), Truncate: { kind: 'bool', value: false } },
    { dtype: to, shape },
  );
}
