import { componentService, lead, serveDoors, type DoorOptions } from '@skiff/component-base';
import { runService } from '@skiff/platform';
import { addExplainService, explainAccess, explainMethod, loadPlugins, schedulerService } from '@skiff/scheduler';
import { readConfig } from './config';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const identity = { service: 'scheduler', userAgent: 'kube-scheduler' };
  return componentService(identity, config, async (parts, signal) => {
    const scheduler = schedulerService(parts, { config: config.scheduling, plugins: loadPlugins(config.plugins) });
    const doors = {
      handledMethods: [explainMethod],
      // Without a certificate it is on loopback alone, where nobody shows who they are.
      addServices: (server, guard) =>
        addExplainService(server, scheduler, guard ? explainAccess(guard) : () => Promise.resolve()),
    } satisfies DoorOptions;
    await serveDoors(config, parts, doors, signal);
    await lead('kube-scheduler', config, parts, (leading) => scheduler.run(leading), signal);
  });
});
