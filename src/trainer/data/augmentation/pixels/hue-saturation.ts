/** Shifts in the HSV colour model. */
export interface HueShift {
  /** In half degrees, as in OpenCV: 180 is a full turn. */
  readonly hue: number;
  /** Added to the saturation, which ranges from 0 to 255. */
  readonly saturation: number;
  /** Added to the value (the brightest channel), which ranges from 0 to 255. */
  readonly value: number;
}

/** Shifts hue, saturation and value (the HSV model) of RGB bytes; saturation and value are clamped to 0 to 255. */
export function shiftHue(image: Uint8Array, out: Uint8Array, { hue, saturation, value }: HueShift): void {
  const turn = (((hue / 30) % 6) + 6) % 6;
  for (let place = 0; place < image.length; place += 3) {
    const r = image[place]!;
    const g = image[place + 1]!;
    const b = image[place + 2]!;
    const brightest = Math.max(r, g, b);
    const spread = brightest - Math.min(r, g, b);
    const oldSaturation = brightest === 0 ? 0 : (spread * 255) / brightest;
    // In sixths of a turn from red.
    let sixths = 0;
    if (spread > 0) {
      if (brightest === r) sixths = (g - b) / spread + (g < b ? 6 : 0);
      else sixths = brightest === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
    }
    sixths += turn;
    if (sixths >= 6) sixths -= 6;
    // Grey has no hue, so its saturation stays 0.
    const newSaturation = spread === 0 ? 0 : Math.min(255, Math.max(0, oldSaturation + saturation)) / 255;
    const newValue = Math.min(255, Math.max(0, brightest + value));
    const sector = Math.floor(sixths);
    const rest = sixths - sector;
    const low = newValue * (1 - newSaturation) + 0.5;
    const falling = newValue * (1 - newSaturation * rest) + 0.5;
    const rising = newValue * (1 - newSaturation * (1 - rest)) + 0.5;
    const high = newValue + 0.5;
    out[place] = sector === 0 || sector === 5 ? high : sector === 1 ? falling : sector === 4 ? rising : low;
    out[place + 1] = sector === 1 || sector === 2 ? high : sector === 0 ? rising : sector === 3 ? falling : low;
    out[place + 2] = sector === 3 || sector === 4 ? high : sector === 2 ? rising : sector === 5 ? falling : low;
  }
}
