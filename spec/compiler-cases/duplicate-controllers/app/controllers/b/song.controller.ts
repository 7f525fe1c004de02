import { Controller } from 'rocket-io';

@Controller()
export class SongController {}

@Controller({ name: 'Song' })
export class TuneController {}
