import { parseIPSloppy, parseCIDRSloppy } from '@skiff/apimachinery';

/** Those of IPv4, in the form that the kernel knows: clients may write zeros before the parts. */
export function canonicalAddresses(addresses: readonly string[] | null | undefined): string[] {
  return (addresses ?? []).flatMap((text) => {
    const address = parseIPSloppy(text);
    return address?.family === 4 ? [address.canonical] : [];
  });
}

export function canonicalRanges(ranges: readonly string[] | null | undefined): string[] {
  return (ranges ?? []).flatMap((text) => {
    const range = parseCIDRSloppy(text.trim());
    return range?.address.family === 4 ? [range.canonical] : [];
  });
}
