import { runService } from '@skiff/platform';
import { compose } from './compose';
import { readConfig } from './config';

void runService(() => compose(readConfig(process.argv.slice(2), process.env)));
