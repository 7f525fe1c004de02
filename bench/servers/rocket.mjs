// Rocket, as `rocket start` runs it: validation, injection, a fresh controller for every call.
import { createApp } from 'rocket-io';
import config from '../echo/dist/rocket.config.js';
import { report } from './report.mjs';

report(new URL(await createApp(config).listen()).port);
