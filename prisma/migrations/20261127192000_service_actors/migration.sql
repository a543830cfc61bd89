-- A service token is an actor of its own: who created or disabled a key, and who made a change.
ALTER TYPE "CreatorType" ADD VALUE 'service';
ALTER TYPE "ActorType" ADD VALUE 'service';
