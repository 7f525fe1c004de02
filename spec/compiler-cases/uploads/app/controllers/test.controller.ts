import { Action, Controller, type UploadedFile } from 'rocket-io';

export interface NewSong {
  title: string;
  file: UploadedFile;
  cover?: UploadedFile | null;
}

@Controller()
export class TestController {
  @Action()
  create({ song }: { song: NewSong }): void {
    void song;
  }

  @Action()
  many({ files }: { files: UploadedFile[] }): void {
    void files;
  }
}
