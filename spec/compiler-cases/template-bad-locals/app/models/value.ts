export const Value = 1;
