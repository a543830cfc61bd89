/** Circles among folders. Tests stay out: they may set up what they test with anything. */
const { options } = require("./.dependency-cruiser.cjs");

module.exports = {
  forbidden: [
    {
      name: "no-folder-circle",
      comment: "Two folders that need each other are one folder, or hide a third.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
  ],
  options: { ...options, exclude: { path: ["^sdk/dist/", "^(tests|e2e)/", "\\.test\\.tsx?$"] } },
};
