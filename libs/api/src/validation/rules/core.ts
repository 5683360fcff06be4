import { Kinds } from '@skiff/contracts';
import { validateClaim, validateClaimUpdate } from '../claims';
import * as configuration from '../configuration';
import { validateEndpoints, validateEndpointsUpdate } from '../endpoints';
import { validateEvent, validateEventsEvent, validateEventsEventUpdate } from '../event';
import { dns1035Label, dns1123Label } from '@skiff/apimachinery';
import { validateNode, validateNodeUpdate } from '../node';
import { validatePodCreate, validatePodTemplate } from '../pod/pod';
import { validatePodStatusUpdate } from '../pod/status';
import { validateEphemeralUpdate, validatePodUpdate } from '../pod/update';
import { validateLimitRange } from '../limit-ranges';
import { validateResourceQuota, validateResourceQuotaStatus, validateResourceQuotaUpdate } from '../quotas';
import { validateServiceStatusUpdate } from '../service/load-balancer';
import { validateService } from '../service/service';
import { validateServiceUpdate } from '../service/update';
import { validateVolume, validateVolumeUpdate } from '../storage';
import { warningsForNode, warningsForSecret, warningsForServiceAccount } from '../warnings/core';
import { warningsForEndpoints, warningsForService } from '../warnings/network';
import { warningsForClaim, warningsForVolume } from '../warnings/storage';
import { warningsForPod, warningsForTemplate } from '../warnings/workloads';
import { also, rulesFor } from './rules';

export const coreRules = [
  rulesFor(Kinds.Pod, {
    create: validatePodCreate,
    update: validatePodUpdate,
    subresources: {
      status: validatePodStatusUpdate,
      ephemeralcontainers: validateEphemeralUpdate,
      // No kubelet of Skiff resizes a pod in place, so what was asked for stays as it is.
      resize: validatePodUpdate,
    },
    warnings: warningsForPod,
  }),
  rulesFor(Kinds.PodTemplate, {
    create: ({ template }, to) => validatePodTemplate(template, 'template', to),
    warnings: ({ template }) => warningsForTemplate(template, 'template'),
  }),
  rulesFor(Kinds.Service, {
    name: dns1035Label,
    create: validateService,
    update: validateServiceUpdate,
    subresources: { status: validateServiceStatusUpdate },
    warnings: warningsForService,
  }),
  rulesFor(Kinds.Namespace, {
    name: dns1123Label,
    create: configuration.validateNamespace,
    update: () => undefined,
    subresources: {
      finalize: (namespace, _old, to) => configuration.validateNamespace(namespace, to),
      status: configuration.validateNamespaceStatus,
    },
  }),
  rulesFor(Kinds.Node, {
    create: validateNode,
    update: also(validateNode, validateNodeUpdate),
    subresources: { status: validateNodeUpdate },
    warnings: warningsForNode,
  }),
  rulesFor(Kinds.ConfigMap, {
    create: configuration.validateConfigMap,
    update: configuration.validateConfigMapUpdate,
  }),
  rulesFor(Kinds.Secret, {
    create: configuration.validateSecret,
    update: configuration.validateSecretUpdate,
    warnings: warningsForSecret,
  }),
  rulesFor(Kinds.ServiceAccount, { warnings: warningsForServiceAccount }),
  rulesFor(Kinds.Endpoints, {
    create: validateEndpoints,
    update: validateEndpointsUpdate,
    warnings: warningsForEndpoints,
  }),
  rulesFor(Kinds.Event, { create: validateEvent }),
  rulesFor(Kinds.EventsEvent, {
    // Upstream has one internal type for both kinds of events, which is of the core group first.
    group: '',
    create: validateEventsEvent,
    update: validateEventsEventUpdate,
  }),
  rulesFor(Kinds.PersistentVolumeClaim, {
    create: validateClaim,
    update: validateClaimUpdate,
    warnings: warningsForClaim,
  }),
  rulesFor(Kinds.PersistentVolume, {
    create: validateVolume,
    update: validateVolumeUpdate,
    warnings: warningsForVolume,
  }),
  rulesFor(Kinds.ResourceQuota, {
    create: validateResourceQuota,
    update: validateResourceQuotaUpdate,
    subresources: { status: validateResourceQuotaStatus },
  }),
  rulesFor(Kinds.LimitRange, { create: validateLimitRange }),
];
