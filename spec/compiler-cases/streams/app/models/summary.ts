export interface Summary {
  total: bigint;
}
