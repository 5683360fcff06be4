import { createLogger, runService, systemClock } from '@skiff/platform';
import { readConfig } from './config';
import { tracesService } from './service';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const logger = createLogger({ name: 'traces', level: config.logLevel, format: config.logFormat });
  return tracesService({ clock: systemClock, logger }, config);
});
