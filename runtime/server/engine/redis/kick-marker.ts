/**
 * Whether a user was kicked later than another time. Markers are microseconds, in decimal and more than a number can tell apart; an
 * empty one stands for never.
 */
export function isLater(marker: string, other: string): boolean {
  return marker !== '' && (other === '' || BigInt(marker) > BigInt(other));
}
