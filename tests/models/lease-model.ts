import { ModelInstance } from "./lease-model-instance";
import { type Outcome, type Rule, type Weather, World } from "./lease-model-world";
import { ModelWriters } from "./lease-model-writers";

const runMs = 12_000;

/** One run with three instances, a database, revocations and all faults. The seed determines everything. */
export function simulate(seed: number, weather: Weather, removed: Rule | null): Outcome {
  const world = new World(seed, weather, removed);
  const instances = ["a", "b", "c"].map((name) => new ModelInstance(world, name));
  world.instances.push(...instances);
  for (const instance of instances) instance.begin();
  new ModelWriters(world).begin();
  world.time.run(runMs);
  return world.outcome;
}
