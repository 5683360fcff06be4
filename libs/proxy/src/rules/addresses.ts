import { parseLooseAddress, parseLooseRange } from '@skiff/api';

/** Those of IPv4, in the form that the kernel knows: clients may write zeros before the parts. */
export function canonicalAddresses(addresses: readonly string[] | null | undefined): string[] {
  return (addresses ?? []).flatMap((text) => {
    const address = parseLooseAddress(text);
    return address?.family === 4 ? [address.canonical] : [];
  });
}

export function canonicalRanges(ranges: readonly string[] | null | undefined): string[] {
  return (ranges ?? []).flatMap((text) => {
    const range = parseLooseRange(text.trim());
    return range?.address.family === 4 ? [range.canonical] : [];
  });
}
