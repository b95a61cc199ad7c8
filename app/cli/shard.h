// Shard: which of how many parts of a job this process does, from --shard I/N or from what a scheduler put
// into the environment. It knows Slurm's and MPI's variables and nothing of the job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace bitloupe::cli {

// Part `index` + 1 of `count`; 0 <= index < count.
struct Shard {
  std::uint64_t index = 0, count = 1;
  std::string origin;  // the variables that it was taken from, with their values; empty: none

  bool whole() const { return count == 1; }
};

// "3/8": the third of eight. Counted from 1, as by split(1) and by the --shard of test runners.
Result<Shard> parse_shard(std::string_view text);

// The part that the environment asks for; the whole where it asks for none. In an array whose tasks have
// several ranks each, the parts are the ranks of all tasks. Variables that are empty count as unset.
//
// Array: SLURM_ARRAY_TASK_ID, _COUNT, _MIN (0 where unset) and _STEP (1).
// Rank: OMPI_COMM_WORLD_RANK and _SIZE; PMI_RANK and PMI_SIZE; PMIX_RANK, which has no size beside it; under
// srun SLURM_PROCID and SLURM_STEP_NUM_TASKS (or SLURM_NTASKS). The first that is set holds: mpirun starts
// its helpers by srun, whose variables the ranks inherit. A rank without its size takes srun's where that has
// the same rank. In a batch script SLURM_NTASKS is what was asked for and SLURM_PROCID is 0, although one
// process runs: that is no part.
//
// Errors (BadArgument): no whole number, rank >= size, an index without its count or a count without its
// index (else every process would silently do all, or one part be done by none), an array whose ids are not
// evenly spaced.
Result<Shard> shard_from_environment();

}  // namespace bitloupe::cli
