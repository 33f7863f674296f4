/** The place in [0, size) that a place outside mirrors, the edge itself not twice: -1 is 1, `size` is `size - 2`. */
export function reflect(place: number, size: number): number {
  if (place >= 0 && place < size) return place;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((place % period) + period) % period;
  return within < size ? within : period - within;
}
