// Imported before everything else, because the other modules do not load on older versions.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19) || (major === 22 && minor < 12)) {
  console.error(
    `Countersign needs Node.js 20.19 or newer (in the 22 line, 22.12 or newer). This is ${process.version}.`,
  );
  process.exit(1);
}
