export interface Known {
  id: string;
}
