#pragma once
// Read before libde265's slice.cc, which defines residual_coding() and calls it: the definition, whose first parameter
// is of type thread_context, gets another name, and the calls, whose first argument is tctx, go to residual.cpp.
struct thread_context;

/// As libde265 has it: reads the coefficients of a transform block of `component`, with its place in samples of luma.
int gvw_library_residual_coding(thread_context* tctx, int x0, int y0, int log2TrafoSize, int cIdx);
/// The same, faster; asks libde265's for what is out of the ordinary.
int gvw_residual_coding(thread_context* tctx, int x0, int y0, int log2TrafoSize, int cIdx);

#define GVW_RESIDUAL_OF_thread_context gvw_library_residual_coding(thread_context
#define GVW_RESIDUAL_OF_tctx gvw_residual_coding(tctx
#define residual_coding(first, ...) GVW_RESIDUAL_OF_##first, __VA_ARGS__)
