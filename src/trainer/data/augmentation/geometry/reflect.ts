/** Reflects a coordinate into [0, size) without repeating the edge: -1 becomes 1, `size` becomes `size - 2`. */
export function reflect(place: number, size: number): number {
  if (place >= 0 && place < size) return place;
  if (size === 1) return 0;
  const period = 2 * (size - 1);
  const within = ((place % period) + period) % period;
  return within < size ? within : period - within;
}
