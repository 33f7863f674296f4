import type { MobileBlock, MobilePlan } from '../../families/mobile-plan.js';
import {
  convolution,
  depthwise,
  normalization,
  placesInStages,
  type BackboneLayout,
  type LayerLayout,
} from './layer-layout.js';

/** MobileNetV2 and all EfficientNets. */
export function mobileLayout({ stem, blocks, top }: MobilePlan): BackboneLayout {
  const lastFilters = blocks.at(-1)!.filtersOut;
  const places = placesInStages(blocks);
  return {
    layers: [
      convolution({ name: stem.convolution, torch: 'conv_stem', package: '_conv_stem' }, [3, 3, 3, stem.filters]),
      normalization({ name: stem.normalization, torch: 'bn1', package: '_bn0' }, stem.filters),
      ...blocks.flatMap((block, index) => blockLayout(block, `blocks.${places[index]!}.`, `_blocks.${index}._`)),
      convolution({ name: top.convolution, torch: 'conv_head', package: '_conv_head' }, [
        1,
        1,
        lastFilters,
        top.filters,
      ]),
      normalization({ name: top.normalization, torch: 'bn2', package: '_bn1' }, top.filters),
    ],
    classifier: { name: 'predictions', features: top.filters, torch: 'classifier', package: '_fc' },
  };
}

function blockLayout(block: MobileBlock, torch: string, packaged: string): LayerLayout[] {
  const { name, parts, fused, expansion, kernelSize, filtersIn, filtersOut, squeezed } = block;
  const filters = filtersIn * expansion;
  const expands = expansion !== 1;
  // In a fused block the first convolution is the large one: the expansion, or the projection if there is no expansion.
  const expandSize = fused ? kernelSize : 1;
  const projectSize = fused && !expands ? kernelSize : 1;
  // timm numbers the batch norms of a block; the names of its convolutions depend on the kind of the block.
  const norms = expands ? ['bn1', 'bn2', 'bn3'] : ['bn1', 'bn1', 'bn2'];
  const expandName = fused ? 'conv_exp' : 'conv_pw';
  const projectName = expands ? 'conv_pwl' : fused ? 'conv' : 'conv_pw';
  const projectNorm = fused ? (expands ? 'bn2' : 'bn1') : norms[2]!;
  const names = (own: string, timm: string, other: string) => ({
    name: name + own,
    torch: torch + timm,
    package: packaged + other,
  });
  return [
    ...(expands
      ? [
          convolution(names(parts.expand, expandName, 'expand_conv'), [expandSize, expandSize, filtersIn, filters]),
          normalization(names(parts.expandNorm, norms[0]!, 'bn0'), filters),
        ]
      : []),
    ...(fused
      ? []
      : [
          depthwise(names(parts.depthwise, 'conv_dw', 'depthwise_conv'), kernelSize, filters),
          normalization(names(parts.depthwiseNorm, norms[1]!, 'bn1'), filters),
        ]),
    ...(squeezed === 0
      ? []
      : [
          convolution(names('se_reduce', 'se.conv_reduce', 'se_reduce'), [1, 1, filters, squeezed], true),
          convolution(names('se_expand', 'se.conv_expand', 'se_expand'), [1, 1, squeezed, filters], true),
        ]),
    convolution(names(parts.project, projectName, 'project_conv'), [projectSize, projectSize, filters, filtersOut]),
    normalization(names(parts.projectNorm, projectNorm, 'bn2'), filtersOut),
  ];
}
