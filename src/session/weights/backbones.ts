/** The backbones that weights can be fetched and imported for. */
export { BACKBONES, type Backbone } from '../../trainer/networks/backbones.js';
