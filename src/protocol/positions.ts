/**
 * Where a message stands in its source: the generation, a short opaque string that changes when
 * continuity cannot be promised, and the number, contiguous within a generation.
 */
export type Position = readonly [generation: string, number: number];

export function isPosition(value: unknown): value is Position {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    typeof value[0] === 'string' &&
    Number.isSafeInteger(value[1]) &&
    value[1] >= 0
  );
}
