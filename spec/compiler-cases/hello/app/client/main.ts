export const ignored: Nowhere = 1;
