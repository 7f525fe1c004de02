/** How many slots a cluster has for keys. */
const slots = 16_384;

/**
 * The hash tag of each partition: a number whose slot is near the middle of the partition's share of all slots. A cluster
 * gives its masters contiguous ranges of slots, so that with any number of masters each has as many partitions as any other, give or
 * take one. Tags taken at random would be spread far less evenly.
 */
export function partitionTags(count: number): readonly string[] {
  if (count === 1) return ['0'];
  const width = slots / count;
  const tags = new Array<string | undefined>(count);
  let missing = count;
  for (let number = 0; missing > 0; number += 1) {
    const tag = String(number);
    const slot = slotOf(tag);
    const partition = Math.floor(slot / width);
    const fromMiddle = Math.abs(slot + 0.5 - (partition + 0.5) * width);
    // Half of a share wide: found soon, and far from the edges.
    if (tags[partition] === undefined && fromMiddle <= width / 4) {
      tags[partition] = tag;
      missing -= 1;
    }
  }
  return tags as string[];
}

/** Which partition has what is named so; all nodes agree on it. */
export function partitionOf(name: string, count: number): number {
  return count === 1 ? 0 : slotOf(name) % count;
}

/** CRC-16/XMODEM of the UTF-8 bytes, modulo the number of slots, as the Redis Cluster specification defines it. */
function slotOf(name: string): number {
  let crc = 0;
  for (const byte of Buffer.from(name)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % slots;
}
