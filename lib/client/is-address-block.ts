/**
 * Whether a text is an IP address or a CIDR block, by the rules of the server. For hints while a person types: the server decides.
 */
export function isAddressBlock(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const isV6 = address.includes(":");
  if (more.length > 0 || !(isV6 ? isIpv6(address) : isIpv4(address))) return false;
  return bits === undefined || (/^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= (isV6 ? 128 : 32));
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
}

/** A URL takes only valid addresses between its brackets. */
function isIpv6(text: string): boolean {
  return /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`);
}
