import { Kinds, type networkingv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { ServedVersion } from '../registry/served-version';
import type { WriteContext } from '../registry/writes/write';
import type { Claim, Ledger } from './ledger';

type IPAddress = networkingv1.IPAddress;

const familyLabel = 'ipaddress.kubernetes.io/ip-family';
const managerLabel = 'ipaddress.kubernetes.io/managed-by';
const manager = 'ipallocator.k8s.io';
const write: WriteContext = {
  user: apiServerUser,
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn: () => undefined,
};

function addressOf(value: string, owner: string): IPAddress {
  const [namespace = '', name = ''] = owner.split('/');
  return {
    kind: 'IPAddress',
    apiVersion: 'networking.k8s.io/v1',
    metadata: { name: value, labels: { [familyLabel]: 'IPv4', [managerLabel]: manager } },
    spec: { parentRef: { group: '', resource: 'services', namespace, name } },
  };
}

function claimOf({ metadata, spec }: IPAddress): Claim {
  const { group, resource = '', namespace = '', name = '' } = spec?.parentRef ?? {};
  const isOurs = metadata?.labels?.[managerLabel] === manager && !group && resource === 'services';
  return {
    value: metadata?.name ?? '',
    owner: isOurs ? `${namespace}/${name}` : `${resource} ${namespace}/${name}`,
    // What somebody else took stays until he gives it back.
    time: isOurs ? Date.parse(metadata.creationTimestamp ?? '') : Infinity,
  };
}

/**
 * Remembers in an IPAddress object each which cluster address a Service holds. A name can be
 * created once only, so two servers never hand out the same one.
 * Upstream: pkg/registry/core/service/ipallocator/ipallocator.go.
 */
export class IPAddressLedger implements Ledger {
  constructor(private readonly registry: () => Registry) {}

  async claim({ value, owner }: Claim): Promise<boolean> {
    try {
      await this.#store.create(addressOf(value, owner), '', write);
      return true;
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return false;
      throw error;
    }
  }

  async release(value: string, owner: string): Promise<void> {
    try {
      const { object } = await this.#store.get('', value);
      if (claimOf(object).owner !== owner) return;
      const preconditions = { uid: object.metadata?.uid };
      await this.#store.delete('', value, { preconditions }, write);
    } catch (error) {
      // Somebody else's by now, or nobody's: nothing to give back.
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }

  async list(): Promise<Claim[]> {
    await this.#store.refresh();
    return (await this.registry().list(Kinds.IPAddress)).map(claimOf);
  }

  get #store(): ServedVersion<IPAddress> {
    return this.registry().of(Kinds.IPAddress);
  }
}
