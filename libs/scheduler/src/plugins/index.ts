import type { Plugin, PluginContext, PluginFactory } from '../framework/plugin';
import { DefaultBinder } from './default-binder/plugin';
import { DefaultPreemption } from './default-preemption/plugin';
import { ImageLocality } from './image-locality/plugin';
import { InterPodAffinity } from './inter-pod-affinity/plugin';
import { NodeAffinity } from './node-affinity/plugin';
import { NodeName } from './node-name/plugin';
import { NodePorts } from './node-ports/plugin';
import { NodeResourcesBalancedAllocation } from './node-resources-balanced-allocation/plugin';
import { NodeResourcesFit } from './node-resources-fit/plugin';
import { NodeUnschedulable } from './node-unschedulable/plugin';
import { PodTopologySpread } from './pod-topology-spread/plugin';
import { PrioritySort } from './priority-sort/plugin';
import { SchedulingGates } from './scheduling-gates/plugin';
import { TaintToleration } from './taint-toleration/plugin';
import { VolumeBinding } from './volume-binding/plugin';

const factory =
  (type: new (context: PluginContext, args: unknown) => Plugin): PluginFactory =>
  (context, args) =>
    new type(context, args);

/** The plugins that are built in, in upstream's order, with the weight of their scores. */
export const builtInPlugins: readonly {
  readonly name: string;
  readonly weight: number;
  readonly make: PluginFactory;
}[] = [
  { name: 'SchedulingGates', weight: 0, make: factory(SchedulingGates) },
  { name: 'PrioritySort', weight: 0, make: factory(PrioritySort) },
  { name: 'NodeUnschedulable', weight: 0, make: factory(NodeUnschedulable) },
  { name: 'NodeName', weight: 0, make: factory(NodeName) },
  { name: 'TaintToleration', weight: 3, make: factory(TaintToleration) },
  { name: 'NodeAffinity', weight: 2, make: factory(NodeAffinity) },
  { name: 'NodePorts', weight: 0, make: factory(NodePorts) },
  { name: 'NodeResourcesFit', weight: 1, make: factory(NodeResourcesFit) },
  { name: 'VolumeBinding', weight: 0, make: factory(VolumeBinding) },
  { name: 'PodTopologySpread', weight: 2, make: factory(PodTopologySpread) },
  { name: 'InterPodAffinity', weight: 2, make: factory(InterPodAffinity) },
  { name: 'DefaultPreemption', weight: 0, make: factory(DefaultPreemption) },
  { name: 'NodeResourcesBalancedAllocation', weight: 1, make: factory(NodeResourcesBalancedAllocation) },
  { name: 'ImageLocality', weight: 1, make: factory(ImageLocality) },
  { name: 'DefaultBinder', weight: 0, make: factory(DefaultBinder) },
];
