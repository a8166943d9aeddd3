/* The rights of a number of permissions, in words. */

const BITS = [
  [3n, "Do everything (administrator)"], [10n, "See channels"], [11n, "Send messages"], [14n, "Put previews into messages"], [15n, "Attach files"],
  [16n, "Read earlier messages"], [13n, "Manage messages"], [4n, "Manage channels"], [5n, "Manage the server"], [28n, "Manage roles"], [29n, "Manage webhooks"],
  [17n, "Mention everyone"], [18n, "Use emoji of other servers"], [6n, "Add reactions"], [0n, "Create invitations"], [1n, "Kick members"], [2n, "Ban members"],
  [7n, "See the audit log"], [27n, "Change nicknames"], [26n, "Change its own nickname"], [34n, "Manage threads"], [35n, "Create threads"], [36n, "Create private threads"], [38n, "Write in threads"], [40n, "Time members out"],
];

/** Names of the rights in `permissions` (a decimal number as text); a bit without a name here is told by its number. */
export function permissionNames(permissions) {
  let value;
  try {
    value = BigInt(permissions);
  } catch {
    return [];
  }
  const names = [];
  for (const [bit, name] of BITS) {
    if (value & (1n << bit)) names.push(name);
    value &= ~(1n << bit);
  }
  for (let bit = 0n; value >> bit; bit += 1n) if (value & (1n << bit)) names.push(`#${bit}`);
  return names;
}
