/** Part of `npm run check`: each package that is installed in production has a license that `licenses.mjs` allows. */
import { findLicenseProblems } from "./licenses.mjs";
import { productionPackages } from "./locked-packages.mjs";

const problems = findLicenseProblems(productionPackages());
for (const problem of problems) console.error(problem);
if (problems.length > 0)
  console.error(
    "Use another package, or add its license or an exception with a reason to scripts/licenses.mjs.",
  );
process.exit(problems.length > 0 ? 1 : 0);
