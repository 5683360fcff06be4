import type { OpaqueType } from '../types/type';
import {
  authorizers,
  authorizerType,
  decisionType,
  groupCheckType,
  pathCheckType,
  resourceCheckType,
} from './authorizer';
import type { FunctionDeclaration } from './declare';
import { encoders } from './encoders';
import { formatLibrary, formatType } from './formats';
import { lists } from './lists';
import { math } from './math';
import { jsonPatches } from './mutations';
import { cidrs, cidrType } from './net/cidr';
import { ips, ipType } from './net/ip';
import { urls, urlType } from './net/url';
import { quantities, quantityType } from './quantity';
import { regexes } from './regex';
import { semvers, semverType } from './semver';
import { sets } from './sets';
import { strings } from './strings';

/** The libraries of Kubernetes 1.35. Upstream: k8s.io/apiserver/pkg/cel/environment/base.go. */
export const kubernetesLibrary: readonly FunctionDeclaration[] = [
  ...strings,
  ...lists,
  ...regexes,
  ...sets,
  ...encoders,
  ...math,
  ...urls,
  ...ips,
  ...cidrs,
  ...quantities,
  ...semvers,
  ...formatLibrary,
  ...authorizers,
  ...jsonPatches,
];

/** The types that they bring, which expressions can name. */
export const kubernetesTypes: readonly OpaqueType[] = [
  urlType,
  ipType,
  cidrType,
  quantityType,
  semverType,
  formatType,
  authorizerType,
  pathCheckType,
  groupCheckType,
  resourceCheckType,
  decisionType,
];
