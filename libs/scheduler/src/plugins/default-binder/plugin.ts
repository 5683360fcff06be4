import type { CycleState } from '../../framework/cycle-state';
import type { BindPlugin, PluginContext } from '../../framework/plugin';
import type { PodInfo } from '../../snapshot/pod-info';

/** Binds through the API server. */
export class DefaultBinder implements BindPlugin {
  readonly name = 'DefaultBinder';

  constructor(private readonly context: PluginContext) {}

  async bind(_cycle: CycleState, pod: PodInfo, nodeName: string): Promise<'bound'> {
    await this.context.bindPod(pod, nodeName);
    return 'bound';
  }
}
