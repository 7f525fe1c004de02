export interface Other {
  id: string;
}

export interface Song {
  other: Other;
}
