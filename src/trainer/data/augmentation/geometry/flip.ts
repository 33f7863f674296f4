/** Mirrors RGB bytes [size, size, 3] left to right. `out` must be a different array, as in all functions of this folder. */
export function horizontalFlip(image: Uint8Array, out: Uint8Array, size: number): void {
  const rowBytes = size * 3;
  for (let row = 0; row < size * rowBytes; row += rowBytes) {
    for (let from = row, to = row + rowBytes - 3; from < row + rowBytes; from += 3, to -= 3) {
      out[to] = image[from]!;
      out[to + 1] = image[from + 1]!;
      out[to + 2] = image[from + 2]!;
    }
  }
}

/** Mirrors RGB bytes [size, size, 3] top to bottom. */
export function verticalFlip(image: Uint8Array, out: Uint8Array, size: number): void {
  const rowBytes = size * 3;
  for (let row = 0; row < size; row++) {
    out.set(image.subarray(row * rowBytes, (row + 1) * rowBytes), (size - 1 - row) * rowBytes);
  }
}
