import { DataType } from './binding.js';
import { typeAttribute, type GraphBuilder } from './graph-builder.js';
import type { Ref, TensorType } from './graph-def.js';
import type { Precision } from './program.js';
import { elementCount } from './shape.js';
import type { Rewrite } from './tracer.js';

/**
 * Computes in a narrower type where that pays, and in float32 everywhere else: sums over many numbers, losses, statistics,
 * weights and their updates (mixed precision, arXiv 1710.03740). A value is cast where an op takes it in the other type, and
 * once for all that do; what has come from a narrow op is handed to the next one as it is.
 */
export function rewriteLowPrecision(precision: Exclude<Precision, 'float32'>, device: 'cpu' | 'gpu'): Rewrite {
  const dtype = DataType[precision];
  const narrowed = new Map<string, Ref>();
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
    return wide;
  };

  return (traced, builder) => {
    const { op, inputs, attributes, outputs } = traced;
    const rule = RULES[device][op];
    const type = attributes['T'];
    if (rule === undefined || type?.kind !== 'type' || type.value !== DataType.float32) return undefined;
    const { takes = inputs.length, returns = outputs.length } = rule;
    const isNarrowed = (of: TensorType, index: number, count: number) => index < count && of.dtype === DataType.float32;
    const candidates = inputs.filter((ref, index) => isNarrowed(builder.typeOf(ref), index, takes));
    // Only a value of some size is worth a cast, or the lack of one.
    const large = candidates.filter((ref) => elementCount(builder.typeOf(ref).shape) > 1);
    const follows = large.length > 0 && large.every((ref) => narrowed.has(keyOf(ref)));
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

interface Rule {
  /** Whether an op is narrow always, or where all that it takes has come from narrow ops. */
  readonly kind: 'compute' | 'follow';
  /** How many of its first inputs and outputs are narrow; default: all. The others are float32 in the kernel, too. */
  readonly takes?: number;
  readonly returns?: number;
}

const COMPUTE: Rule = { kind: 'compute' };
const FOLLOW: Rule = { kind: 'follow' };

/** By device and op. On a processor all others are slower in bfloat16 than in float32, on a GPU tensor cores need them. */
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
    AddV2: FOLLOW,
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
