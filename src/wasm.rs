//! The shell: performs what the machine decides, and tells it what came of that.
//!
//! The only rooms that know JavaScript. Two habits keep them sound: no borrow outlives its
//! statement, since everything that is called may call back; and no exception passes through,
//! since every JavaScript function that may throw is caught on its own side. The one that is not
//! caught ends an instance that broke further in.

mod answer;
mod client;
mod exports;
mod imports;
#[cfg(test)]
mod tests;
mod value;

/// Constant-time like the standard one, in a third of its bytes.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
