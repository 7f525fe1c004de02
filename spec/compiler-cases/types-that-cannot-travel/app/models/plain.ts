export interface Plain {
  run(): void;
}
