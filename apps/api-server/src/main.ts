import { loadConfig, runService } from '@skiff/platform';
import { compose } from './compose';
import { settings } from './config';

void runService(() =>
  compose(
    loadConfig(settings, {
      app: 'api-server',
      description: 'Serves the Kubernetes API over REST and gRPC.',
      version: '0.1.0',
      argv: process.argv.slice(2),
      env: process.env,
    }),
  ),
);
