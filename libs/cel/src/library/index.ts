import type { OpaqueType } from '../types/type';
import type { FunctionDeclaration } from './declare';

/** The libraries of Kubernetes. Upstream: k8s.io/apiserver/pkg/cel/environment/base.go. */
export const kubernetesLibrary: readonly FunctionDeclaration[] = [];

/** The types that they bring, which expressions can name. */
export const kubernetesTypes: readonly OpaqueType[] = [];
