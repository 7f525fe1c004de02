import * as rocket from 'rocket-io';

@rocket.Controller<{ index: (args: { id: string }) => Promise<void> }>({ name: 'AdminSong', serial: true })
export class Songs {
  @rocket.Action({ serial: true })
  index(): void {}
}
