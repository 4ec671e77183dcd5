//! The shell: performs what the machine decides, and tells it what came of that.
//!
//! The only files that know JavaScript. No borrow outlives its statement here, since everything
//! that is called may call back. A JavaScript function that is called from here never throws, but
//! for the guard around a module that has broken (law X5).

mod client;
mod host;
mod perform;
mod storage;
#[cfg(test)]
mod tests;
mod values;

/// Constant-time like the standard one, in a third of its bytes.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
