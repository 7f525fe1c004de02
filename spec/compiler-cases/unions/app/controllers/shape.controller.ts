import { Action, Controller } from 'rocket-io';

export interface Circle {
  kind: 'circle';
  radius: number;
}

export interface Box {
  kind: 'square' | 'rectangle';
  sides: number[];
  label?: never;
}

export type Figure = Circle | Box;

@Controller()
export class ShapeController {
  @Action()
  draw({ figure, fallback }: { figure: Figure; fallback?: Figure | null }): void {
    void [figure, fallback];
  }

  @Action()
  either({ value }: { value: { id: string } | { name: string } | string | number[] }): void {
    void value;
  }

  @Action()
  whole(params: { on: true; at: number } | { on: false }): void {
    void params;
  }
}
