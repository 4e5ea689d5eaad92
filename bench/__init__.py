"""Compare the build with Hugo and Eleventy on the same made-up sheets: `make bench`."""
