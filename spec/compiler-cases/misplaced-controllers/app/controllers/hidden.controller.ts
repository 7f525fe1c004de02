import { Controller } from 'rocket-io';

@Controller()
class HiddenController {}

export const used = HiddenController;
