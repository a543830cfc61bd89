/** The alias of tsconfig.json, in the one form that dependency-cruiser reads without TypeScript's programming interface. */
module.exports = {
  resolve: { alias: { "@": __dirname }, extensions: [".ts", ".tsx", ".mjs", ".js", ".json"] },
};
