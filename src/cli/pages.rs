//! The pages of the process's memory. With pages of 2 MB a large schema is compared a sixth faster, for the processor looks up fewer
//! addresses; a small one would only take more memory, so it gets small pages.

/// Bytes of one input from which on the memory has large pages: what they leave empty is little beside what it takes.
const LARGE: usize = 4 << 20;

/// The allocator asks for large pages when the program starts: not before something large is read.
pub fn small() {
    large_pages(false);
}

/// To be called with the size of each input, before it is read.
pub fn for_input(bytes: usize) {
    if bytes >= LARGE {
        large_pages(true);
    }
}

/// A kernel without such pages goes on with small ones.
#[cfg(target_os = "linux")]
fn large_pages(wanted: bool) {
    let _ = rustix::thread::disable_transparent_huge_pages(!wanted);
}

#[cfg(not(target_os = "linux"))]
fn large_pages(_wanted: bool) {}
