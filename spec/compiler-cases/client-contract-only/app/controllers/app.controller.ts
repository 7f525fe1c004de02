import { Controller } from 'rocket-io';

export interface AppClient {
  showMessage(args: { title: string; msg: string }): void;
}

@Controller<AppClient>()
export class AppController {}
