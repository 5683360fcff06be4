import { loadConfig, runService } from '@skiff/platform';
import { compose } from './compose';
import { settings } from './config';

void runService(() =>
  compose(
    loadConfig(settings, {
      app: 'kubelet',
      description: 'The agent of a node: runs the pods that are bound to it.',
      version: '0.1.0',
      argv: process.argv.slice(2),
      env: process.env,
    }),
  ),
);
