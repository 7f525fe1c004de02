import { Action, Controller, type UploadedFile } from 'rocket-io';

export interface Song {
  title: string;
  file: UploadedFile | null;
}

export interface TestClient {
  show(args: { songs: Song[] }): void;
}

@Controller<TestClient>()
export class TestController {
  @Action()
  create(song: Song): Song {
    return song;
  }

  @Action()
  async *all(): AsyncGenerator<Map<string, Song>> {
    yield new Map();
  }
}
