import { Controller } from 'rocket-io';

@Controller()
export class SongController {}
